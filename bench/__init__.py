"""How fast is it, beside what? One script a figure; the README quotes no other."""
