"""Letters of the public, as the province answers them."""
