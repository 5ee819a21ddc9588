"""How a message goes out: claim, check, render, send, mark."""
