"""The agent that carries a log to central: what does central not have yet?"""
