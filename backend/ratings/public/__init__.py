"""Server-rendered public pages of the ratings: Indonesian and English, no script needed."""
