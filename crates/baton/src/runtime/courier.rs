//! The courier: the one part that speaks to third parties. It asks the destination that an errand is
//! for what to call, makes each call once, and tells the keeper what came of it. What a call means is
//! the conversation's business; whether there is another attempt is the engine's.

mod file;
pub(in crate::runtime) mod http;
mod mail;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connectors::destination::{Destination, Outbound};
use connectors::notice::{Links, SecretLink};
use connectors::talk::{CALLS_MAX, Call, Failure, Response, Step};
use crank::{Attempt, Offer};
use domain::errand::{Answer, ErrandId};
use domain::reason::Code;
use domain::{DeliveryId, Span};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tracing::warn;
use zeroize::Zeroizing;

use file::Files;
use http::Client;
use mail::Mailer;

use super::clock;
use super::command::{Answered, Command};
use super::failure::RuntimeError;
use super::mailbox::Mailbox;
use super::shared_state::SharedState;
use crate::auth::accept_links::PATH;
use crate::config::resolved::ServeConfig;

/// How long a conversation may take: it is over before its claim runs out, so that no other attempt
/// begins meanwhile.
const CONVERSATION_MAX: Duration = Duration::from_secs(50);
const _: () = assert!(Span::seconds(CONVERSATION_MAX.as_secs() as i64).0 < crank::CLAIM.0);

/// Makes calls, many at a time, and tells the keeper what came of each.
#[derive(Clone)]
pub struct Courier {
    parts: Arc<Parts>,
    handle: Handle,
    under_way: UnderWay,
}

struct Parts {
    caller: Caller,
    shared: Arc<SharedState>,
    mailbox: Arc<Mailbox>,
}

/// Makes the calls of one attempt after the other, of whatever kind.
struct Caller {
    config: Arc<ServeConfig>,
    client: Client,
    mailer: Mailer,
    files: Files,
}

/// Sends one body to a destination, beside whoever serves the folder, and says what came of it. Nothing is
/// kept of it.
pub fn try_destination(
    config: ServeConfig,
    name: &str,
    delivery: DeliveryId,
    body: Vec<u8>,
) -> Result<Answer, RuntimeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let errand = ErrandId::Delivery(delivery);
    let links = Links::default();
    let outbound = Outbound { errand, attempt: 1, correlation: None, body, links };
    runtime.map_err(RuntimeError::System)?.block_on(async {
        let caller = Caller::new(Arc::new(config)).map_err(RuntimeError::Courier)?;
        Ok(caller.attempt(name, outbound).await)
    })
}

impl Courier {
    /// A courier that may call what the configuration says.
    pub fn new(
        config: Arc<ServeConfig>,
        shared: Arc<SharedState>,
        mailbox: Arc<Mailbox>,
        handle: Handle,
    ) -> Result<Self, reqwest::Error> {
        let parts = Parts { caller: Caller::new(config)?, shared, mailbox };
        Ok(Self { parts: Arc::new(parts), handle, under_way: UnderWay::default() })
    }

    /// How many conversations are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.errands().len()
    }

    /// Makes an attempt. What came of it returns as a command. Where an earlier attempt at the errand is
    /// still under way, as when a clock was put forward and its claim ran out, nothing more is sent:
    /// the answer to that one is the answer to this one, too.
    pub(super) fn send(&self, attempt: Attempt) {
        let (errand, number) = (attempt.message(), attempt.attempt);
        let Some(place) = self.under_way.enter(errand, number) else {
            warn!(errand.id = %errand, "An attempt at `{errand}` is under way; made no other one.");
            return;
        };
        let parts = Arc::clone(&self.parts);
        self.handle.spawn(async move {
            let Attempt { row, attempt, body, offers } = attempt;
            let correlation = row.correlation;
            let links = parts.links(&row.destination, offers).await;
            let outbound = Outbound { errand, attempt, correlation, body, links };
            let answer = parts.caller.attempt(&row.destination, outbound).await;
            let attempt = place.latest_attempt();
            parts.mailbox.put(Command::Answered(Answered { errand, attempt, answer }));
            // Whoever sees that nothing is under way finds the answer in the mailbox.
            drop(place);
        });
    }
}

impl Parts {
    /// Where a message leads. Only people are led anywhere, and only where browsers reach the server.
    async fn links(&self, destination: &str, offers: Vec<Offer>) -> Links {
        let config = &self.caller.config;
        let known = config.destinations.get(destination);
        let read_by_people = known.is_some_and(|known| known.is_read_by_people());
        let Some(server) = config.public_url.clone().filter(|_| read_by_people) else {
            return Links::default();
        };
        let (shared, at) = (Arc::clone(&self.shared), server.clone());
        let drawn = spawn_blocking(move || {
            let of = |offer: Offer| Some((offer.delivery, accept_link(&shared, &at, &offer)?));
            offers.into_iter().filter_map(of).collect()
        });
        Links { server: Some(server), accept: drawn.await.unwrap_or_default() }
    }
}

/// The address on which an offer is accepted. Where none can be drawn, the message leaves without it.
fn accept_link(shared: &SharedState, server: &str, offer: &Offer) -> Option<SecretLink> {
    let drawn = shared.accept_links.draw(offer, clock::now());
    let drawn = drawn.inspect_err(|error| {
        warn!("A message has no address to accept on: {error}.");
    });
    let token = drawn.ok().flatten()?;
    let address = format!("{server}{PATH}{}", token.reveal());
    Some(SecretLink::new(Zeroizing::new(address)))
}

/// The errands that are under way, each with the latest attempt that its answer is for.
#[derive(Clone, Default)]
struct UnderWay(Arc<Mutex<BTreeMap<ErrandId, u32>>>);

/// The place of an errand among them. It is given up when this is dropped, whatever ends the attempt.
struct Place {
    errand: ErrandId,
    /// The one that is made.
    attempt: u32,
    under_way: UnderWay,
}

impl Place {
    /// The latest attempt that was to be made meanwhile.
    fn latest_attempt(&self) -> u32 {
        self.under_way.errands().get(&self.errand).copied().unwrap_or(self.attempt)
    }
}

impl UnderWay {
    /// A place for an errand, unless it has one.
    fn enter(&self, errand: ErrandId, attempt: u32) -> Option<Place> {
        let before = self.errands().insert(errand, attempt);
        before.is_none().then(|| Place { errand, attempt, under_way: self.clone() })
    }

    fn errands(&self) -> MutexGuard<'_, BTreeMap<ErrandId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.under_way.errands().remove(&self.errand);
    }
}

impl Caller {
    fn new(config: Arc<ServeConfig>) -> Result<Self, reqwest::Error> {
        let client = Client::new(&config)?;
        let mailer = Mailer::new(config.allow_private.clone(), config.timeouts.call);
        Ok(Self { config, client, mailer, files: Files::default() })
    }

    async fn attempt(&self, name: &str, outbound: Outbound) -> Answer {
        let Some(destination) = self.config.destinations.get(name) else {
            // Somebody may yet write the section: what was queued waits for it.
            let code = Code::DestinationUnknown;
            return Answer::Later { code, status: None, not_before: None };
        };
        let conversation = self.converse(&**destination, outbound);
        match tokio::time::timeout(CONVERSATION_MAX, conversation).await {
            Ok(answer) => answer,
            Err(_) => Failure::TimedOut.answer(),
        }
    }

    async fn converse(&self, destination: &dyn Destination, outbound: Outbound) -> Answer {
        let mut conversation = destination.converse(outbound);
        let mut response = None;
        for _ in 0..=CALLS_MAX {
            match conversation.next(clock::now(), response.take()) {
                Step::Done(answer) => return answer,
                Step::Call(call) => response = Some(self.call(call).await),
            }
        }
        // It goes round in a circle.
        Failure::Broken.answer()
    }

    /// Makes a call, of whatever kind.
    async fn call(&self, call: Call) -> Response {
        match call {
            Call::Http(call) => match self.client.call(call).await {
                Ok(response) => Response::Http(response),
                Err(failure) => Response::Failed(failure),
            },
            Call::Mail(call) => match self.mailer.call(&call).await {
                Ok(reply) => Response::Mail(reply),
                Err(failure) => Response::Failed(failure),
            },
            Call::File(call) => match self.files.append(call).await {
                Ok(()) => Response::Written,
                Err(failure) => Response::Failed(failure),
            },
        }
    }
}
