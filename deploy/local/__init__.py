"""The system on one machine: embedded servers and a process supervisor."""
