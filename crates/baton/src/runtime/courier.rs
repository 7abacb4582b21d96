//! The courier: the one part that speaks to third parties. Each attempt is one call; whether there
//! is another is the engine's business.

mod file;

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use connectors::destinations::webhook;
use connectors::standard_webhooks::Secret;
use crank::Attempt;
use domain::errand::{Answer, ErrandId};
use domain::reason::Code;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use tokio::runtime::Handle;

use file::Files;

use super::clock;
use super::command::{Answered, Command};
use super::mailbox::Mailbox;
use super::network::may_call;
use super::settings::{DestinationSettings, ServeConfig};
use crate::config::Range;

/// The longest answer that is read to its end, so that its connection can be used again.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Makes calls, many at a time, and tells the keeper what came of each.
#[derive(Clone)]
pub(super) struct Courier {
    parts: Arc<Parts>,
    handle: Handle,
    under_way: Arc<AtomicUsize>,
}

struct Parts {
    config: Arc<ServeConfig>,
    client: Client,
    files: Files,
    mailbox: Arc<Mailbox>,
}

#[expect(clippy::disallowed_types, reason = "the courier is who speaks to third parties")]
type Client = reqwest::Client;

impl Courier {
    /// A courier that may call what the configuration says.
    pub(super) fn new(
        config: Arc<ServeConfig>,
        mailbox: Arc<Mailbox>,
        handle: Handle,
    ) -> Result<Self, reqwest::Error> {
        let resolver = Guarded { allowed: config.allow_private.clone() };
        // Whoever has installed one before has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(config.patience.call)
            .dns_resolver(Arc::new(resolver))
            .tls_certs_merge(config.authorities.clone())
            .build()?;
        let parts = Parts { config, client, files: Files::default(), mailbox };
        Ok(Self { parts: Arc::new(parts), handle, under_way: Arc::default() })
    }

    /// How many calls are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Makes an attempt. What came of it returns as a command.
    pub(super) fn send(&self, attempt: Attempt) {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        let (parts, under_way) = (Arc::clone(&self.parts), Arc::clone(&self.under_way));
        self.handle.spawn(async move {
            let answer = parts.deliver(&attempt).await;
            let answered =
                Answered { errand: attempt.row.errand, attempt: attempt.attempt, answer };
            parts.mailbox.put(Command::Answered(answered));
            under_way.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

impl Parts {
    async fn deliver(&self, attempt: &Attempt) -> Answer {
        match self.config.destinations.get(&attempt.row.destination) {
            // Somebody may yet write the section: what was queued waits for it.
            None => later(Code::DestinationUnknown),
            Some(DestinationSettings::Webhook { endpoint, secret }) => {
                self.call(endpoint, secret.as_ref(), attempt).await
            }
            Some(DestinationSettings::File { path }) => self.write(path, attempt).await,
        }
    }

    async fn call(&self, endpoint: &str, secret: Option<&Secret>, attempt: &Attempt) -> Answer {
        let Ok(url) = Url::parse(endpoint) else { return never(Code::DestinationUnknown) };
        if literal(&url).is_some_and(|address| !may_call(address, &self.config.allow_private)) {
            return never(Code::AddressForbidden);
        }
        let ErrandId::Delivery(delivery) = &attempt.row.errand;
        let (correlation, body) = (attempt.row.correlation.as_ref(), &attempt.body);
        let request = webhook::request(delivery, correlation, secret, body, clock::now());
        let mut call = self.client.post(url).body(request.body.to_vec());
        for (name, value) in request.headers {
            call = call.header(name, value);
        }
        match call.send().await {
            Ok(response) => answer(response).await,
            Err(error) => failure(&error),
        }
    }

    async fn write(&self, path: &Path, attempt: &Attempt) -> Answer {
        let (files, path, attempt) = (self.files.clone(), path.to_owned(), attempt.clone());
        let ErrandId::Delivery(delivery) = attempt.row.errand;
        let written = tokio::task::spawn_blocking(move || {
            files.deliver(&path, delivery, attempt.attempt, &attempt.body)
        });
        match written.await {
            Ok(Ok(())) => Answer::Delivered { status: None },
            Ok(Err(_)) | Err(_) => later(Code::DestinationFailed),
        }
    }
}

async fn answer(response: reqwest::Response) -> Answer {
    let status = response.status().as_u16();
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let read = webhook::read_response(status, retry_after, clock::now());
    if response.content_length().is_some_and(|bytes| bytes <= ANSWER_BYTES_MAX) {
        // The status has said everything.
        let _ = response.bytes().await;
    }
    let status = Some(status);
    match read {
        webhook::Answer::Delivered { .. } => Answer::Delivered { status },
        webhook::Answer::Later { code, at } => Answer::Later { code, status, not_before: at },
        webhook::Answer::Never { code } => Answer::Never { code, status },
    }
}

fn failure(error: &reqwest::Error) -> Answer {
    if is_forbidden(error) {
        never(Code::AddressForbidden)
    } else if error.is_connect() {
        later(Code::DestinationUnreachable)
    } else if error.is_timeout() {
        later(Code::DestinationTimeout)
    } else if error.is_builder() {
        never(Code::DestinationUnknown)
    } else {
        later(Code::DestinationFailed)
    }
}

fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<Forbidden>()
            || error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .is_some_and(<dyn std::error::Error + Send + Sync>::is::<Forbidden>)
        {
            return true;
        }
        cause = error.source();
    }
    false
}

const fn later(code: Code) -> Answer {
    Answer::Later { code, status: None, not_before: None }
}

const fn never(code: Code) -> Answer {
    Answer::Never { code, status: None }
}

/// The address that a URL names without asking anybody.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// No address behind the name may be called.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the destination's address is not allowed")]
struct Forbidden;

/// Resolves names, and keeps the addresses that may be called.
struct Guarded {
    allowed: Vec<Range>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> =
                found.filter(|address| may_call(address.ip(), &allowed)).collect();
            if kept.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}
