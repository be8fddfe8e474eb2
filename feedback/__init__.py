"""The shared heart of Wardvoice: what an answer is, and whether it is safe."""
