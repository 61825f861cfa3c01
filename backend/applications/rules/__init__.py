"""What holds for every service and every case; pure, standard library only."""
