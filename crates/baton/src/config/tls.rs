//! The certificate that the listener shows, and its key, as two files in PEM.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The largest file that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// `[listen.tls]`: where certificate and key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those between it and its authority.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// A certificate and its key as they were read.
#[derive(Clone, Debug)]
pub struct Tls {
    files: TlsFiles,
    stamps: [Option<Stamp>; 2],
    /// What connections are begun with.
    pub server: Arc<ServerConfig>,
}

/// By what a file is told from the one that was read: its number, its length, when it was written.
type Stamp = (u64, u64, i64, i64);

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Others may read the key, or put a certificate of theirs in.
    #[error("`{path}` is open to others (mode {mode:o}); run `chmod {help} {path}`")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// What is taken from others.
        help: &'static str,
    },
    /// A file could not be read.
    #[error("the file `{path}` could not be read")]
    Unread {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// A file holds nothing of the kind.
    #[error("the file `{path}` holds no {wanted} in PEM, or is larger than 1 MiB")]
    Missing {
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        wanted: &'static str,
    },
    /// They do not fit together.
    #[error("the certificate and its key cannot be used together")]
    Unfit(#[source] rustls::Error),
}

impl TlsError {
    /// The name of its help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OpenToOthers { .. } => "file-open-to-others",
            Self::Unread { .. } | Self::Missing { .. } | Self::Unfit(_) => "certificate-unfit",
        }
    }
}

impl Tls {
    /// Reads certificate and key.
    pub fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        // Before they are read: what is written meanwhile is read again.
        let stamps = stamps(files);
        let chain = guarded(&files.certificate, 0o022, "go-w")?;
        let missing = |path: &Path, wanted| TlsError::Missing { path: path.to_owned(), wanted };
        let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|_| missing(&files.certificate, "certificate"))?;
        if chain.is_empty() {
            return Err(missing(&files.certificate, "certificate"));
        }
        // A group may read it: that of whatever renews certificates.
        let key = guarded(&files.key, 0o037, "g-wx,o-rwx")?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| missing(&files.key, "key"))?;
        let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Unfit)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(TlsError::Unfit)?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { files: files.clone(), stamps, server: Arc::new(server) })
    }

    /// Reads the same files again.
    pub fn again(&self) -> Result<Self, TlsError> {
        Self::read(&self.files)
    }

    /// What the files are known by as they stand.
    pub fn stamps_on_disk(&self) -> [Option<Stamp>; 2] {
        stamps(&self.files)
    }

    /// What the files that were read are known by.
    pub const fn stamps(&self) -> [Option<Stamp>; 2] {
        self.stamps
    }
}

fn stamps(files: &TlsFiles) -> [Option<Stamp>; 2] {
    let stamp = |path: &Path| {
        let file = fs::metadata(path).ok()?;
        Some((file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
    };
    [stamp(&files.certificate), stamp(&files.key)]
}

/// The bytes of a file of which others must not have `refused`.
fn guarded(path: &Path, refused: u32, help: &'static str) -> Result<Vec<u8>, TlsError> {
    let unread = |cause| TlsError::Unread { path: path.to_owned(), cause };
    let known = fs::metadata(path).map_err(unread)?;
    let mode = known.permissions().mode() & 0o7777;
    if mode & refused != 0 {
        return Err(TlsError::OpenToOthers { path: path.to_owned(), mode, help });
    }
    if known.len() > BYTES_MAX {
        return Err(TlsError::Missing { path: path.to_owned(), wanted: "certificate or key" });
    }
    fs::read(path).map_err(unread)
}
