"""What Slack's incoming webhooks are sent, as the Markdown of a message."""
