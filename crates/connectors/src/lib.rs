//! Their words and ours, pure: one folder a vendor. It opens no socket and no file.
