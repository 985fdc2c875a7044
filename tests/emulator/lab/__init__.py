"""What the emulator adds around moto: a call log, faults, missing calls, and dates that moto cannot set."""
