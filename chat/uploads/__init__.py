"""What people upload: bytes in the data folder, under names of our own, and what can be shown of them."""
