//! Certificates of authorities of one's own, which destinations inside a network are signed by.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use reqwest::Certificate;

/// The largest file that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// Why there are no certificates.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// Others may put an authority of theirs in.
    #[error("`{path}` can be written by others (mode {mode:o}); run `chmod go-w {path}`")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It could not be read.
    #[error("the file `{path}` could not be read")]
    Unread {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// It holds none.
    #[error("the file `{0}` holds no certificate in PEM, or is larger than 1 MiB")]
    NoCertificate(PathBuf),
}

impl AuthoritiesError {
    /// The name of its help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OpenToOthers { .. } => "file-open-to-others",
            Self::Unread { .. } | Self::NoCertificate(_) => "authorities-unread",
        }
    }
}

/// Reads the certificates of a file in PEM.
pub(super) fn read(path: &Path) -> Result<Vec<Certificate>, AuthoritiesError> {
    let none = || AuthoritiesError::NoCertificate(path.to_owned());
    let found = Certificate::from_pem_bundle(&read_pem(path)?).map_err(|_| none())?;
    if found.is_empty() { Err(none()) } else { Ok(found) }
}

/// Reads a file that holds certificates in PEM, and nobody but its owner may write.
pub(super) fn read_pem(path: &Path) -> Result<Vec<u8>, AuthoritiesError> {
    let unread = |cause| AuthoritiesError::Unread { path: path.to_owned(), cause };
    let known = fs::metadata(path).map_err(unread)?;
    let mode = known.permissions().mode() & 0o7777;
    if mode & 0o022 != 0 {
        return Err(AuthoritiesError::OpenToOthers { path: path.to_owned(), mode });
    }
    let none = || AuthoritiesError::NoCertificate(path.to_owned());
    if known.len() > BYTES_MAX {
        return Err(none());
    }
    let bytes = fs::read(path).map_err(unread)?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if !found.is_empty() => Ok(bytes),
        Ok(_) | Err(_) => Err(none()),
    }
}
