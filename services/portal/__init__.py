"""The portal: people do their work here in a browser, and the public looks. It holds no rule of the programme."""
