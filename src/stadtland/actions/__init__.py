"""Actions: one function per use case, check then execute; the command line and later the web call these."""
