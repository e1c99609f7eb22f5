//! Calls that change something, by the ids their callers gave them: a call that is repeated is answered
//! as it was, and changes nothing.
//!
//! A call is *under way* from before its row is looked for until after its answer is on the disk;
//! whoever looks finds one or the other. A server that ends between the change and its answer's row
//! forgets the answer, not the change: the repeated call is then made again.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;

use crate::domain::id::RequestId;
use crate::domain::scope::Scope;
use crate::store::DedupeKey;

use super::Engine;
use super::error::{Error, ErrorKind};

/// Calls under way, and answers on their way to the disk.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    calls: DashMap<DedupeKey, UnderWayCall>,
}

/// What it says, in short, and its answer once there is one.
type UnderWayCall = (u64, Option<Bytes>);
type Bytes = Arc<[u8]>;

/// A call that was asked for under an id.
#[derive(Debug)]
pub enum AskedBefore {
    /// Not yet: make it, and say what it was [`answered`](Engine::remember_answer).
    No(CallTicket),
    /// Yes, with this answer.
    Yes(Bytes),
}

/// The right to make a call under its id. Dropped without an answer, the call may be made again.
#[derive(Debug)]
#[must_use = "say what the call was answered"]
pub struct CallTicket {
    key: DedupeKey,
    content: u64,
    under_way: Arc<UnderWay>,
    is_answered: bool,
}

impl Drop for CallTicket {
    fn drop(&mut self) {
        if !self.is_answered {
            self.under_way.calls.remove(&self.key);
        }
    }
}

impl Engine {
    /// Was a call with this id made? `call` names the service and the call; `content` is all that it
    /// says. Ids of one credential, and of one guest's tokens, are their own. May read the disk.
    ///
    /// # Errors
    /// Where the id was used for another content; where the call is under way.
    pub fn asked_before(
        &self,
        scope: &Scope,
        (call, request): (&str, &RequestId),
        content: &[u8],
    ) -> Result<AskedBefore, Error> {
        let guest = scope.bound.as_ref().map_or("", |bound| bound.guest.as_str());
        let who = [call, &scope.credential, guest];
        let key = self.store.pepper().answer(&scope.brand, &who, request);
        let content = self.store.pepper().content(content);
        match self.under_way.calls.entry(key) {
            Entry::Occupied(entry) => {
                return match entry.get() {
                    (known, _) if *known != content => Err(reused()),
                    (_, Some(answer)) => Ok(AskedBefore::Yes(Arc::clone(answer))),
                    (_, None) => Err(under_way()),
                };
            }
            Entry::Vacant(vacant) => _ = vacant.insert((content, None)),
        }
        let under_way = Arc::clone(&self.under_way);
        let ticket = CallTicket { key, content, under_way, is_answered: false };
        match self.store.answer(key)? {
            None => Ok(AskedBefore::No(ticket)),
            Some((known, _)) if known != content => Err(reused()),
            Some((_, answer)) => Ok(AskedBefore::Yes(answer.into())),
        }
    }

    /// Remembers what a call was answered, for at least 24 hours. Does not wait for the disk.
    pub fn remember_answer(&self, mut ticket: CallTicket, answer: Vec<u8>) {
        let answer: Bytes = answer.into();
        ticket.is_answered = true;
        let (key, content) = (ticket.key, ticket.content);
        self.under_way.calls.insert(key, (content, Some(Arc::clone(&answer))));
        let under_way = Arc::clone(&self.under_way);
        let written = Box::new(move |_| drop(under_way.calls.remove(&key)));
        self.committer.put_answer(key, (content, &answer), self.clock.now(), written);
    }
}

fn reused() -> Error {
    let message = "request_id was used for another call; use a new one";
    Error::new(ErrorKind::Conflict, "REQUEST_ID_REUSED", message)
}

fn under_way() -> Error {
    let message = "a call with this request_id is under way; repeat it after a moment";
    Error::new(ErrorKind::Indeterminate, "REQUEST_UNDER_WAY", message)
}
