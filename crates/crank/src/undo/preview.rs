//! What taking an import back would come to, before it is done: it is done, and forgotten again.

use std::convert::Infallible;

use domain::Moment;
use store::Store;

use super::{UndoOrder, UndoProgress};
use crate::concerned::Concerned;
use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Tries some more groups, in a transaction that is never committed.
    pub(super) fn preview_some(
        &mut self,
        order: &UndoOrder,
        concerned: &mut Concerned,
        now: Moment,
    ) -> Result<UndoProgress, CrankError> {
        let groups = concerned.untried(order.consents);
        let tried = self.grouped(|crank| {
            Err::<Infallible, _>(crank.undo_groups(order, concerned, &groups, now))
        });
        match tried {
            Ok(Err(Ok((many, counts)))) => {
                concerned.note_tried(&groups[..many], counts);
                if many < groups.len() {
                    return Ok(UndoProgress::UnderWay);
                }
                let mut counts = concerned.take_preview();
                counts += concerned.beside(order.consents);
                Ok(UndoProgress::Done(counts))
            }
            Ok(Err(Err(_))) | Err(_) if concerned.take_learnt() => Ok(UndoProgress::UnderWay),
            Ok(Err(Err(error))) => Err(error),
            Err(error) => Err(error.into()),
        }
    }
}
