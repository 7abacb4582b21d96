//! Credentials: a reference in the file, a secret in memory.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The longest secret, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// Where a credential is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// `env:NAME`: a variable of the environment.
    Env(String),
    /// `file:PATH`: a file that only its owner can read.
    File(PathBuf),
}

/// Why a credential could not be had.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The variable is not set, or empty.
    #[error("the variable `{0}` is not set; set it for the program, or change the reference")]
    Unset(String),
    /// The file is open to others.
    #[error("`{path}` is open to others (mode {mode:o}); run `chmod 600 {path}`")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file could not be read.
    #[error("the file `{path}` could not be read")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
    /// The file is empty, too large or no text.
    #[error("the file `{0}` holds no secret: it is empty, larger than 64 KiB or no text")]
    NoSecret(PathBuf),
}

impl CredentialError {
    /// The name of its help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OpenToOthers { .. } => "file-open-to-others",
            Self::Unset(_) | Self::File { .. } | Self::NoSecret(_) => "credential-missing",
        }
    }
}

/// A secret. It prints as `****` and leaves no copy in freed memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text as a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself: for where it is used, and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl Reference {
    /// Reads a reference; paths start at `folder`. None for anything else, such as a secret itself.
    pub fn read(text: &str, folder: &Path) -> Option<Self> {
        if let Some(name) = text.strip_prefix("env:") {
            let known = |c: char| c.is_ascii_alphanumeric() || c == '_';
            return (!name.is_empty() && name.chars().all(known))
                .then(|| Self::Env(name.to_owned()));
        }
        let path = text.strip_prefix("file:").filter(|path| !path.is_empty())?;
        Some(Self::File(folder.join(path)))
    }

    /// Fetches the secret.
    pub fn resolve(&self) -> Result<Secret, CredentialError> {
        match self {
            Self::Env(name) => super::folder::variable(name)
                .filter(|text| !text.trim().is_empty())
                .map(|text| Secret::new(text.trim().to_owned()))
                .ok_or_else(|| CredentialError::Unset(name.clone())),
            Self::File(path) => from_file(path),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

fn from_file(path: &Path) -> Result<Secret, CredentialError> {
    let failed = |cause| CredentialError::File { path: path.to_owned(), cause };
    let known = fs::metadata(path).map_err(failed)?;
    let mode = known.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(CredentialError::OpenToOthers { path: path.to_owned(), mode });
    }
    if known.len() > SECRET_BYTES_MAX {
        return Err(CredentialError::NoSecret(path.to_owned()));
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(failed)?);
    match std::str::from_utf8(&bytes).map(str::trim) {
        Ok(text) if !text.is_empty() => Ok(Secret::new(text.to_owned())),
        Ok(_) | Err(_) => Err(CredentialError::NoSecret(path.to_owned())),
    }
}
