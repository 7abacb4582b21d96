//! `GET /v1/events`: which handoffs change, as server-sent events. One says the watermark, an id and a version;
//! whoever shows the handoff reads it again, with the permission that they have then.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::HandoffId;
use hyper::body::Frame;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::app::App;
use super::problem::Problem;
use super::query::Query;
use super::{access, reading};
use crate::auth::action::Action;
use crate::auth::credential::Credential;
use crate::auth::keys::Caller;
use crate::runtime::clock;
use crate::runtime::feed::{Batch, FeedEvent, StreamPlace};
use crate::runtime::readers::Reading;
use crate::service::read::Access;
use crate::service::setback::Setback;

/// A stream says where it stands at least this often, and looks whether whoever reads still may.
const BEAT: Duration = Duration::from_secs(10);
/// Batches are at least so far apart, so that a thousand changes a second wake a reader five times.
const SPACING: Duration = Duration::from_millis(200);
/// Batches that wait for a slow reader. Nothing is collected for them beyond: the ring is.
const BATCHES_WAITING_MAX: usize = 2;
/// How long a browser waits before it connects again, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// Tells them to the holder of a key.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let caller = access::require(&app, &parts.headers, Action::WatchEvents)?;
    Query::of(&parts.uri, &[])?;
    let last = last_seen(&parts.headers);
    let headers = parts.headers;
    let still = move |app: &App| access::require(app, &headers, Action::WatchEvents).is_ok();
    stream(&app, (caller.id, Told::by(&caller)), last, still)
}

/// The watermark of the last event that whoever connects again took in.
pub(in crate::faces) fn last_seen(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

/// The events from there on, for as long as whoever asks still may.
pub(in crate::faces) fn stream(
    app: &Arc<App>,
    (reader, tells): (Credential, Told),
    last: Option<u64>,
    still: impl Fn(&App) -> bool + Send + 'static,
) -> Result<Response, Problem> {
    let place = app.shared.feed.place(reader).ok_or(Setback::BUSY)?;
    let told = app.shared.feed.subscribe();
    let (from, has_missed) = app.shared.feed.resume(last);
    let (say, said) = mpsc::channel(BATCHES_WAITING_MAX);
    let conversation = Conversation { app: Arc::clone(app), told, say, from, has_missed, tells };
    tokio::spawn(conversation.hold(still));
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::new(EventBody { said, _place: place })).into_response())
}

/// A stream that is open.
struct Conversation {
    app: Arc<App>,
    told: watch::Receiver<Option<u64>>,
    say: mpsc::Sender<Bytes>,
    from: u64,
    /// Whether some of what whoever connects again did not see is gone.
    has_missed: bool,
    tells: Told,
}

/// What of a change is told.
#[derive(Clone)]
pub(in crate::faces) enum Told {
    /// Which of the handoffs changed that whoever asks is told of.
    Handoffs(Access),
    /// How far the journal is: whoever asks lists no handoffs.
    Watermark,
}

impl Told {
    /// What somebody may be told.
    pub(in crate::faces) fn by(caller: &Caller) -> Self {
        let lists = caller.may(Action::ListHandoffs);
        if lists { Self::Handoffs(Access::of(caller)) } else { Self::Watermark }
    }
}

/// Those changes of handoffs that somebody is told of.
async fn in_sight(
    app: &Arc<App>,
    access: &Access,
    mut events: Vec<FeedEvent>,
) -> Result<Vec<FeedEvent>, Problem> {
    if events.is_empty() || access.sees_all() {
        return Ok(events);
    }
    let ids: Vec<HandoffId> = events.iter().map(|event| event.handoff).collect();
    let seen = reading::read(app, Reading::LookUp, access.clone(), move |service| {
        service.handoffs_in_sight(&ids)
    });
    let seen = seen.await?;
    events.retain(|event| seen.contains(&event.handoff));
    Ok(events)
}

impl Conversation {
    /// Says what changes until the reader goes, may read no more, or the server ends.
    async fn hold(mut self, still: impl Fn(&App) -> bool) {
        let mut begins = format!("retry: {RETRY_MS}\n\n");
        loop {
            // Before it is looked: what changes meanwhile wakes it again.
            if self.told.borrow_and_update().is_none() {
                return;
            }
            if !still(&self.app) {
                let _ = self.say.send(framed("ended", None, &json!({})).into()).await;
                return;
            }
            let mut batch = self.app.shared.feed.after(self.from);
            batch.has_missed |= std::mem::take(&mut self.has_missed);
            self.from = batch.next;
            match &self.tells {
                Told::Watermark => batch.events.clear(),
                Told::Handoffs(access) => {
                    let Ok(events) = in_sight(&self.app, access, batch.events).await else {
                        return;
                    };
                    batch.events = events;
                }
            }
            let frames = std::mem::take(&mut begins) + &batch_framed(&batch);
            if self.say.send(frames.into()).await.is_err() {
                return;
            }
            tokio::time::sleep(SPACING).await;
            tokio::select! {
                _ = self.told.changed() => {}
                () = tokio::time::sleep(BEAT) => {}
                () = self.say.closed() => return,
            }
        }
    }
}

fn batch_framed(batch: &Batch) -> String {
    let mut frames = String::new();
    let at = batch.watermark;
    if batch.has_missed {
        frames.push_str(&framed("missed", Some(at), &json!({ "watermark": at })));
    }
    for FeedEvent { watermark, handoff, version, .. } in &batch.events {
        let data = json!({ "watermark": watermark, "id": handoff, "version": version });
        frames.push_str(&framed("change", Some(*watermark), &data));
    }
    let behind = u64::try_from(batch.behind_ms(clock::tick())).unwrap_or(u64::MAX);
    let stands = json!({ "watermark": at, "behind_ms": behind });
    frames.push_str(&framed("at", Some(at), &stands));
    frames
}

/// An event as it is sent. Its data is one line: JSON has no other.
fn framed(kind: &str, id: Option<u64>, data: &Value) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {kind}\n{id}data: {data}\n\n")
}

/// The body of an answer that has no end of its own.
struct EventBody {
    said: mpsc::Receiver<Bytes>,
    _place: StreamPlace,
}

impl hyper::body::Body for EventBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.said.poll_recv(context).map(|said| said.map(|bytes| Ok(Frame::data(bytes))))
    }
}
