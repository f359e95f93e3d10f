"""Mail: how it is written, and how it is handed to the operator's own mail server."""
