//! Names with a star at their end: `form.*` is every kind that begins with `form.`.

/// Whether a name is the one that is written, or begins with what stands before its star.
pub(crate) fn is_meant(written: &str, name: &str) -> bool {
    match written.strip_suffix('*') {
        Some(begins) => name.starts_with(begins),
        None => name == written,
    }
}
