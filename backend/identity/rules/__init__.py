"""Pure rules about people: numbers, names, passwords, roles, the columns of an import. No database, no clock."""
