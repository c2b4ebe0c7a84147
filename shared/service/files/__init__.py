"""Documents: taking an upload apart, judging the file by its content, keeping it."""
