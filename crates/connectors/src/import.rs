//! Rows of files to signals, as a map says.
