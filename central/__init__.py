"""What did the ward hear, and what did it do about it? Central, a Django project."""
