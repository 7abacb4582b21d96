//! From what is configured to what the server is told: references become secrets.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connectors::destination::Values;
use connectors::http_source::HttpMap;
use connectors::http_source::verify::Secrets;
use connectors::import::parse_map;
use connectors::standard_webhooks::Secret;
use domain::signal::SourceName;
use notation::{Diagnostics, Sources};

use super::authorities::{self, AuthoritiesError};
use super::credential::{CredentialError, Reference};
use super::destination::{Destination, Value, is_address};
use super::read::Config;
use super::settings::{Source, SourceKind};
use super::sign_in::{IdentityProvider, SignIn};
use super::tls::{Tls, TlsError};
use crate::config::resolved::{ProviderSettings, ServeConfig, SourceSettings};

/// Why a configuration that reads well cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServingError {
    /// A credential could not be had.
    #[error("the credential of `{section}` could not be had")]
    Credential {
        /// The section of `baton.toml` that it belongs to.
        section: String,
        /// What is wrong with it.
        #[source]
        cause: CredentialError,
    },
    /// What signs webhooks is no such secret.
    #[error(
        "the credential of `{section}` signs nothing: a webhook's secret is `whsec_` and base64 of 24 to \
         64 bytes, and no secret is empty"
    )]
    Unfit {
        /// The section of `baton.toml` that it belongs to.
        section: String,
    },
    /// The map of an HTTP source cannot be used.
    #[error("the map of `{section}` cannot be used: {says}")]
    Map {
        /// The section of `baton.toml` that it belongs to.
        section: String,
        /// What is wrong, and where.
        says: String,
    },
    /// What an `endpoint` refers to is no address.
    #[error("what the endpoint of `{section}` refers to is no address: it begins with `https://`")]
    NoAddress {
        /// The section of `baton.toml` that it belongs to.
        section: String,
    },
    /// The certificates of authorities of one's own could not be had.
    #[error("the certificates of a `ca_file` could not be had")]
    Authorities(#[source] AuthoritiesError),
    /// The listener has no certificate that it could show.
    #[error("the certificate of `listen.tls` cannot be used")]
    Tls(#[source] TlsError),
    /// Something would be written where the byte scan must find nothing in clear.
    #[error("`{section}` writes into the data folder; give it a path outside")]
    IntoData {
        /// Which destination.
        section: String,
    },
}

impl ServingError {
    /// The name of its help page.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Credential { cause, .. } => cause.code(),
            Self::Map { .. } => "map-wrong",
            Self::Unfit { .. } | Self::NoAddress { .. } => "secret-unfit",
            Self::Authorities(cause) => cause.code(),
            Self::Tls(cause) => cause.code(),
            Self::IntoData { .. } => "destination-in-data",
        }
    }
}

impl Config {
    /// What the server is told. `listen` beats what the file says.
    pub fn serving(
        &self,
        data: &Path,
        listen: Option<SocketAddr>,
    ) -> Result<ServeConfig, ServingError> {
        let mut serving = ServeConfig::new(data.to_owned(), listen.unwrap_or(self.listen.address));
        for source in self.sources.values() {
            serving.sources.insert(source.name.clone(), settings(source)?);
        }
        for (name, destination) in &self.destinations {
            let section = format!("destinations.{name}");
            serving.destinations.insert(name.clone(), made(destination, &section, data)?);
        }
        serving.destination_facts = self.destination_facts();
        serving.public_url.clone_from(&self.listen.public_url);
        serving.passwords = self.sign_in.local;
        let provider = self.sign_in.oidc.as_ref().map(provided).transpose()?;
        serving.identity_provider = provider;
        serving.trusted_proxies.clone_from(&self.listen.trusted_proxies);
        let tls = self.listen.tls.as_ref().map(Tls::read).transpose();
        serving.tls = tls.map_err(ServingError::Tls)?;
        serving.allow_private.clone_from(&self.network.allow_private);
        serving.accounts_bytes = Some(self.bounds.accounts_bytes());
        serving.queued_body_bytes = Some(self.bounds.queued_body_bytes());
        serving.request_bytes = Some(self.bounds.request_bytes());
        serving.snapshot_entries = Some(u64::from(self.bounds.snapshot_entries));
        if let Some(path) = &self.network.ca_file {
            serving.authorities = authorities::read(path).map_err(ServingError::Authorities)?;
        }
        Ok(serving)
    }

    /// The same for one destination alone, which is to be tried: what else is configured may be wrong.
    pub fn serving_one(&self, name: &str, data: &Path) -> Result<ServeConfig, ServingError> {
        let destinations =
            self.destinations.get(name).map(|known| (name.to_owned(), known.clone()));
        let one = Self {
            sources: std::collections::BTreeMap::default(),
            destinations: destinations.into_iter().collect(),
            sign_in: SignIn::default(),
            ..self.clone()
        };
        one.serving(data, None)
    }

    /// The sources as an entry of the quarantine is read again with, without their secrets.
    pub fn source(&self, name: &SourceName) -> Option<&Source> {
        self.sources.get(name.as_str())
    }
}

fn provided(provider: &IdentityProvider) -> Result<ProviderSettings, ServingError> {
    Ok(ProviderSettings {
        issuer: provider.issuer.clone(),
        client: provider.client.clone(),
        credential: resolve(&provider.credential, "sign-in.oidc")?,
        trusts_email: provider.trusts_email,
    })
}

fn settings(source: &Source) -> Result<SourceSettings, ServingError> {
    let section = format!("sources.{}", source.name);
    let mut settings = SourceSettings {
        verifies: source.verifies,
        origins: source.origins.clone(),
        contract: source.contract.clone(),
        ..SourceSettings::of(source.kind)
    };
    settings.map = http_map(source)?;
    if let Some(verify) = &source.verify {
        let secret = resolve(&verify.credential, &section)?;
        let secrets = Secrets::parse(secret.reveal());
        let secrets = secrets.ok_or_else(|| ServingError::Unfit { section: section.clone() })?;
        settings.check = Some(Arc::new(verify.check(secrets)));
    }
    if let Some(reference) = &source.credential {
        if source.kind == SourceKind::Webhook {
            settings.secrets.extend(signing(reference, &section)?);
        } else {
            settings.credential = Some(resolve(reference, &section)?);
        }
    }
    Ok(settings)
}

/// The map of an HTTP source, read from its file.
pub fn http_map(source: &Source) -> Result<Option<Arc<HttpMap>>, ServingError> {
    let Some(path) = &source.map else { return Ok(None) };
    let section = format!("sources.{}", source.name);
    let wrong = |says: String| ServingError::Map { section: section.clone(), says };
    let text = std::fs::read_to_string(path)
        .map_err(|error| wrong(format!("`{}`: {error}", path.display())))?;
    let mut sources = Sources::new();
    let file = sources.add(&path.display().to_string(), text);
    let mut out = Diagnostics::new();
    let Some(map) = parse_map(&sources, file, &mut out) else {
        let sorted = out.sorted();
        let first = sorted.list().first().map(|first| {
            let place = sources.place(first.span);
            format!("line {}: {}", place.line, first.message)
        });
        return Err(wrong(first.unwrap_or_else(|| "it is no map".to_owned())));
    };
    let body = map.body.ok_or_else(|| wrong("it has no `body`".to_owned()))?;
    let bound = HttpMap::new(body).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(Arc::new(bound)))
}

/// The destination that a section describes: references become secrets, and paths are looked at.
fn made(
    destination: &Destination,
    section: &str,
    data: &Path,
) -> Result<Arc<dyn connectors::destination::Destination>, ServingError> {
    let mut values = Values::default();
    for (key, value) in &destination.values {
        match value {
            Value::Text(text) => values.put_text(key, text.clone()),
            Value::Port(port) => values.put_port(key, *port),
            Value::Password(reference) => {
                values.put_password(key, resolve(reference, section)?.reveal().to_owned());
            }
            Value::SecretAddress(reference) => {
                let address = resolve(reference, section)?;
                if !is_address(address.reveal()) {
                    return Err(ServingError::NoAddress { section: section.to_owned() });
                }
                values.put_password(key, address.reveal().to_owned());
            }
            Value::Certificates(path) => {
                let pem = authorities::read_pem(path);
                values.put_file(key, pem.map_err(ServingError::Authorities)?);
            }
            Value::Secrets(reference) => values.put_secrets(key, signing(reference, section)?),
            Value::Path(path) if lies_in(path, data) => {
                return Err(ServingError::IntoData { section: section.to_owned() });
            }
            Value::Path(path) => values.put_path(key, path.clone()),
        }
    }
    Ok((destination.kind.make)(values))
}

/// Whether a path leads into the folder, links followed as far as they are there.
fn lies_in(path: &Path, folder: &Path) -> bool {
    let settled = |path: &Path| path.canonicalize().ok();
    let above = path.ancestors().skip(1).find_map(settled).unwrap_or_else(|| PathBuf::from("/"));
    settled(folder).is_some_and(|folder| above.starts_with(folder))
}

/// Secrets that sign, parted by blanks: several while one replaces another.
fn signing(reference: &Reference, section: &str) -> Result<Vec<Secret>, ServingError> {
    let secret = resolve(reference, section)?;
    let read: Result<Vec<Secret>, _> =
        secret.reveal().split_whitespace().map(Secret::parse).collect();
    read.map_err(|_| ServingError::Unfit { section: section.to_owned() })
}

fn resolve(reference: &Reference, section: &str) -> Result<super::Secret, ServingError> {
    reference
        .resolve()
        .map_err(|cause| ServingError::Credential { section: section.to_owned(), cause })
}
