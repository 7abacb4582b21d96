//! Calls over HTTP. An address is looked at when it is called, after its name was resolved.

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use connectors::talk::{Failure, HttpCall, HttpResponse};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Method, Url};

use crate::config::Range;
use crate::config::callable::may_call;
use crate::config::resolved::ServeConfig;

/// The longest answer that nobody wants to read and that is read to its end all the same, so that its
/// connection can be used again.
const DRAINED_BYTES_MAX: u64 = 64 * 1024;

/// Makes calls to addresses that may be called.
pub(in crate::runtime) struct Client {
    client: Inner,
    allowed: Vec<Range>,
}

#[expect(clippy::disallowed_types, reason = "the courier is who speaks to third parties")]
type Inner = reqwest::Client;

impl Client {
    /// A client that may call what the configuration says.
    pub(in crate::runtime) fn new(config: &ServeConfig) -> Result<Self, reqwest::Error> {
        let allowed = config.allow_private.clone();
        // Whoever has installed one before has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Inner::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(config.timeouts.call)
            .dns_resolver(Arc::new(Guarded { allowed: allowed.clone() }))
            .tls_certs_merge(config.authorities.clone())
            .build()?;
        Ok(Self { client, allowed })
    }

    /// Makes a call once.
    pub(in crate::runtime) async fn call(&self, call: HttpCall) -> Result<HttpResponse, Failure> {
        let url = Url::parse(&call.url).map_err(|_| Failure::Unfit)?;
        if literal(&url).is_some_and(|address| !may_call(address, &self.allowed)) {
            return Err(Failure::Forbidden);
        }
        let method = Method::from_bytes(call.method.as_bytes()).map_err(|_| Failure::Unfit)?;
        let mut request = self.client.request(method, url).body(call.body);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| failure(&error))?;
        read(response, call.answer_bytes_max).await
    }
}

async fn read(mut response: reqwest::Response, bytes_max: usize) -> Result<HttpResponse, Failure> {
    let status = response.status().as_u16();
    let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = response.headers().iter().filter_map(text).collect();
    let mut body = Vec::new();
    if bytes_max == 0 {
        if response.content_length().is_some_and(|bytes| bytes <= DRAINED_BYTES_MAX) {
            // The status has said everything.
            let _ = response.bytes().await;
        }
        return Ok(HttpResponse { status, headers, body });
    }
    while let Some(part) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + part.len() > bytes_max {
            return Err(Failure::Broken);
        }
        body.extend_from_slice(&part);
    }
    Ok(HttpResponse { status, headers, body })
}

fn failure(error: &reqwest::Error) -> Failure {
    if is_forbidden(error) {
        Failure::Forbidden
    } else if error.is_connect() {
        Failure::Unreachable
    } else if error.is_timeout() {
        Failure::TimedOut
    } else if error.is_builder() {
        Failure::Unfit
    } else {
        Failure::Broken
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
