"""Tests of the guest register."""
