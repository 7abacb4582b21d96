//! The keeper's mailbox: bounded for requests, always open for what the program tells itself.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock;
use super::command::Command;
use crate::service::setback::Setback;

/// Commands that may wait.
const COMMANDS_MAX: usize = 4_096;
/// Bytes that waiting commands may hold, unless another bound is configured.
const BYTES_MAX: usize = 96 << 20;

/// Commands on their way to the keeper.
#[derive(Default)]
pub struct Mailbox {
    inner: Mutex<Inner>,
    bell: Condvar,
}

struct Inner {
    queue: VecDeque<Command>,
    bytes: usize,
    bytes_max: usize,
    closed: bool,
}

impl Default for Inner {
    fn default() -> Self {
        Self { queue: VecDeque::new(), bytes: 0, bytes_max: BYTES_MAX, closed: false }
    }
}

impl Mailbox {
    /// One whose waiting commands may hold so many bytes.
    pub fn with_room(bytes: usize) -> Self {
        let mailbox = Self::default();
        mailbox.lock().bytes_max = bytes;
        mailbox
    }

    /// How many bytes the waiting commands hold.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Hands a request's command in, unless too many wait already.
    pub fn offer(&self, command: Command) -> Result<(), Setback> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(Setback::Ending);
        }
        if !inner.has_room(command.weight()) {
            return Err(Setback::BUSY);
        }
        inner.push(command);
        drop(inner);
        self.bell.notify_one();
        Ok(())
    }

    /// Whether so many bytes may be handed in.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.lock().has_room(bytes)
    }

    /// Hands in what must not be lost: an answer of a destination, the word to stop.
    pub fn put(&self, command: Command) {
        self.lock().push(command);
        self.bell.notify_one();
    }

    /// Takes no more requests.
    pub fn close(&self) {
        self.lock().closed = true;
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.lock().queue.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes at most `limit` commands out, that bring at most so many signals unless the first one
    /// brings more, and waits for the first at most this long.
    pub fn drain(&self, limit: usize, signals: usize, patience: Duration) -> Vec<Command> {
        let until = clock::tick() + patience;
        let mut inner = self.lock();
        while inner.queue.is_empty() {
            let left = until.saturating_duration_since(clock::tick());
            if left.is_zero() {
                return Vec::new();
            }
            let woken = self.bell.wait_timeout(inner, left);
            inner = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        let mut brought = 0;
        let few = inner.queue.iter().take(limit).take_while(|command| {
            brought += command.signals();
            brought <= signals
        });
        // The first command always goes, however many signals it brings; else it would wait for
        // ever.
        let count = few.count().max(1);
        let commands: Vec<Command> = inner.queue.drain(..count).collect();
        inner.bytes -= commands.iter().map(Command::weight).sum::<usize>();
        commands
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// A command that is larger than all room still goes when it is alone.
    fn has_room(&self, bytes: usize) -> bool {
        self.queue.is_empty()
            || self.bytes + bytes <= self.bytes_max && self.queue.len() < COMMANDS_MAX
    }

    fn push(&mut self, command: Command) {
        self.bytes += command.weight();
        self.queue.push_back(command);
    }
}
