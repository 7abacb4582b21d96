//! The loop that feeds facts to the engine and commits its turns, over a store, a clock and a courier that are given to it.
