"""HTTP from the server to elsewhere: one door, to public addresses only."""
