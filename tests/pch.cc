// Holds the precompiled header of all tests, which belongs to a target with a source.
