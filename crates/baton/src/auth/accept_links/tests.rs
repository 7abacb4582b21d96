use domain::handoff::MemberId;
use domain::{DeliveryId, HandoffId};

use super::*;

const NOW: Moment = Moment(1_790_000_000_000_000);

fn offer(until: Option<Span>) -> Offer {
    Offer {
        delivery: DeliveryId::caused_by(&[b"one"]),
        handoff: HandoffId::caused_by(&[b"one"]),
        version: 3,
        member: MemberId("ann".into()),
        until: until.map(|span| NOW + span),
    }
}

#[test]
fn an_address_is_over_with_its_offer_and_after_three_days_whatever_the_offer_does() {
    let folder = tempfile::tempdir().unwrap();
    let links = AcceptLinks::default();
    assert!(links.draw(&offer(None), NOW).unwrap().is_none(), "nothing to keep it in");
    links.keep_in(AcceptLinkFile::open(folder.path()).unwrap());
    for (until, lasts) in [
        (Some(Span::hours(4)), Span::hours(4)),
        (Some(Span::days(9)), LASTS_MAX),
        (None, LASTS_MAX),
    ] {
        let token = links.draw(&offer(until), NOW).unwrap().unwrap();
        let found = |at| links.find(&token, at).unwrap().is_some();
        assert!(found(NOW + lasts - Span::ms(1)), "{until:?}");
        assert!(!found(NOW + lasts), "{until:?}");
    }
    assert!(links.draw(&offer(Some(Span::ms(0))), NOW).unwrap().is_none(), "the time has passed");
}

#[test]
fn of_two_who_use_an_address_one_is_first() {
    let folder = tempfile::tempdir().unwrap();
    let links = AcceptLinks::default();
    links.keep_in(AcceptLinkFile::open(folder.path()).unwrap());
    let [one, other] = [(); 2].map(|()| links.draw(&offer(None), NOW).unwrap().unwrap());
    let link = links.find(&one, NOW).unwrap().unwrap();
    assert_eq!((&*link.member.0, link.version), ("ann", 3));
    assert!(links.use_up(&link).unwrap() && !links.use_up(&link).unwrap());
    assert_eq!(links.find(&one, NOW).unwrap(), None);
    assert!(links.find(&other, NOW).unwrap().is_some(), "each has a secret of its own");
    links.give_back(&link, NOW).unwrap();
    assert_eq!(links.find(&one, NOW).unwrap(), Some(link));
}
