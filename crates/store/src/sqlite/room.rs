//! The room that is left where a folder lies.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fs, io};

use super::folder::in_file;
use crate::error::StoreError;

/// Bytes that are free for us on the file system of a path.
pub(super) fn free(path: &Path) -> Result<u64, StoreError> {
    let known = rustix::fs::statvfs(path);
    let known = known.map_err(|error| in_file(path)(io::Error::from(error)))?;
    Ok(known.f_bavail.saturating_mul(known.f_frsize))
}

/// Refuses to begin what needs more room than there is. Needs on one file system add up.
pub(super) fn check(needs: &[(&Path, u64)]) -> Result<(), StoreError> {
    let mut sums: Vec<(u64, &Path, u64)> = Vec::new();
    for (path, needed) in needs {
        let device = fs::metadata(path).map_err(in_file(path))?.dev();
        match sums.iter_mut().find(|(known, ..)| *known == device) {
            Some((.., sum)) => *sum = sum.saturating_add(*needed),
            None => sums.push((device, path, *needed)),
        }
    }
    for (_, path, needed) in sums {
        let free = free(path)?;
        if needed > free {
            return Err(StoreError::NoRoom { path: path.to_owned(), needed, free });
        }
    }
    Ok(())
}
