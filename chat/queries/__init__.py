"""Reading: what a caller may see, looked up through their membership."""
