//! Who the handoffs of a list are about, where the reader is told.

use crank::handoff_known;
use domain::HandoffId;
use engine::as_of::AsOf;
use rules::Strategy;

use super::Service;
use super::failure::ReadError;
use super::inbox::About;
use super::unrecorded::Unrecorded;

impl Service<'_> {
    /// Who each handoff is about, in the order asked; none where its account cannot be read. Who sees figures
    /// alone is told of nobody, and nothing is read for them.
    pub fn about_each(
        self,
        handoffs: &[HandoffId],
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<Vec<Option<About>>>, ReadError> {
        if self.access.sees_figures_alone() {
            return Ok(Unrecorded::new(vec![None; handoffs.len()], []));
        }
        let (mut all, mut readings) = (Vec::with_capacity(handoffs.len()), Vec::new());
        for handoff in handoffs {
            let found = handoff_known(self.reader, *handoff, AsOf::Latest)?.ok();
            let about = found.map(|known| self.about(known.get(), in_force));
            let (about, reading) = about.unzip();
            readings.extend(reading.flatten());
            all.push(about);
        }
        Ok(Unrecorded::each_once(all, readings))
    }
}
