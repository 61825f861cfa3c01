"""Knowledge notes and canned answers: written and reviewed at the desk, held on every phone."""
