"""Operating the server: backups, outages, several processes, what it tells its operators."""
