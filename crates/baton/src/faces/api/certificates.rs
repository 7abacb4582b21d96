//! The certificate that new connections are begun with, read again when its files change.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use tracing::{info, warn};

use crate::config::tls::Tls;
use crate::local::refusal::with_causes;

/// The certificate of the listener.
#[derive(Debug)]
pub struct Certificates {
    current: RwLock<Arc<Tls>>,
    /// What the files were known by when they were last looked at, whatever was in them.
    seen: RwLock<Seen>,
}

type Seen = [Option<(u64, u64, i64, i64)>; 2];

impl Certificates {
    /// The certificate that was read at the start.
    pub fn new(tls: Tls) -> Self {
        Self { seen: RwLock::new(tls.stamps()), current: RwLock::new(Arc::new(tls)) }
    }

    /// What a new connection is begun with.
    pub(super) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current().server)
    }

    /// Reads the files again if they are others than those that were looked at last.
    pub(super) fn renew_if_changed(&self) {
        let on_disk = self.current().stamps_on_disk();
        if *self.seen.read().unwrap_or_else(PoisonError::into_inner) != on_disk {
            self.renew();
        }
    }

    /// Reads the files again. What cannot be used changes nothing.
    pub fn renew(&self) {
        let before = self.current();
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = before.stamps_on_disk();
        match before.again() {
            Ok(tls) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tls);
                info!("Read the certificate of the listener again.");
            }
            Err(error) => warn!(
                code = error.code(),
                "Could not read the certificate of the listener again: {}. The one before goes on.",
                with_causes(&error)
            ),
        }
    }

    fn current(&self) -> Arc<Tls> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}
