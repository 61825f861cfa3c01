"""Use-cases of the room: who is who, opening an account, people, grants, imports."""
