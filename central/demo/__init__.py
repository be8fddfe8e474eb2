"""What would a ward have heard, if it were not made up?"""
