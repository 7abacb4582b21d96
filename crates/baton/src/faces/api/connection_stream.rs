//! A connection as bytes: one that takes nothing in is given up, one that is closed hears its last
//! answer, and what cannot be read as HTTP at all is answered with a problem like everything else.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::problem::Problem;
use crate::runtime::shared_state::SharedState;

/// How long a closed connection is still listened to, so that its last answer arrives.
const LINGER: Duration = Duration::from_secs(1);
/// Bytes that are listened to, and thrown away, meanwhile.
const LINGER_BYTES_MAX: usize = 32 << 20;
/// The longest answer of the HTTP library's own, in bytes.
const BARE_BYTES_MAX: usize = 256;

/// A connection.
pub(super) struct ConnectionStream<S> {
    stream: S,
    shared: Arc<SharedState>,
    /// How long nothing may be taken in while there is something to say.
    timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    ending: Option<LingeringClose>,
    /// What is said in place of a bare answer.
    instead: Option<PendingProblem>,
}

/// The end of a connection, whose other side may still be sending.
struct LingeringClose {
    until: Pin<Box<Sleep>>,
    heard: usize,
}

/// A problem in place of a bare answer.
struct PendingProblem {
    bytes: Vec<u8>,
    said: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> ConnectionStream<S> {
    /// A connection that gives up after so long.
    pub(super) const fn new(stream: S, shared: Arc<SharedState>, timeout: Duration) -> Self {
        Self { stream, shared, timeout, stalled: None, ending: None, instead: None }
    }

    /// Whether what was tried is done; an error once nothing was taken in for too long.
    fn patient<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.stalled = None;
            return tried;
        }
        let timeout = self.timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Says the problem to its end.
    fn say_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(instead) = &mut self.instead {
            let rest = &instead.bytes[instead.said..];
            if rest.is_empty() {
                self.instead = None;
                break;
            }
            instead.said += ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Hears the other side out. Closing a connection on which something unread has arrived would
    /// take the last answer away from those who write before they read.
    fn hear_out(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let ending = self
            .ending
            .get_or_insert_with(|| LingeringClose { until: Box::pin(sleep(LINGER)), heard: 0 });
        let mut room = [0; 16 * 1024];
        while ending.heard < LINGER_BYTES_MAX {
            let mut buffer = ReadBuf::new(&mut room);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Pending => return ending.until.as_mut().poll(context),
                Poll::Ready(Err(_)) => break,
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => break,
                Poll::Ready(Ok(())) => ending.heard += buffer.filled().len(),
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for ConnectionStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for ConnectionStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.instead.is_none() {
            let Some(problem) = unreadable(bytes) else {
                let written = Pin::new(&mut self.stream).poll_write(context, bytes);
                return self.patient(context, written);
            };
            self.shared.metrics.answers_4xx.one();
            self.instead = Some(PendingProblem { bytes: problem.on_the_wire(), said: 0 });
        }
        let said = self.say_instead(context).map_ok(|()| bytes.len());
        self.patient(context, said)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.patient(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        }
        self.hear_out(context).map(Ok)
    }
}

/// What the library meant that answers without a word where a head cannot be read. No answer of ours
/// says that something is at fault and says nothing more.
fn unreadable(bytes: &[u8]) -> Option<Problem> {
    if bytes.len() > BARE_BYTES_MAX || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let mut lines = std::str::from_utf8(bytes).ok()?.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?;
    if !lines.any(|line| line == "content-length: 0") {
        return None;
    }
    match status {
        "400" => Some(Problem::new(400, "head-unreadable", "the request's head is no HTTP/1.1")),
        "414" => Some(Problem::target_too_long()),
        "431" => Some(Problem::new(
            431,
            "head-too-large",
            "path and headers have at most 32 KiB, in at most 100 headers",
        )),
        _ => None,
    }
}
