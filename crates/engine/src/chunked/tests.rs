use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[test]
fn a_copy_stays_as_it_was() {
    let mut map = SharedMap::new();
    for key in 0..200 {
        map.insert(key, key);
    }
    let before = map.clone();
    map.insert(7, 70);
    map.remove(&9);
    assert_eq!((before.get(&7), before.get(&9), before.len()), (Some(&7), Some(&9), 200));
    assert_eq!((map.get(&7), map.get(&9), map.len()), (Some(&70), None, 199));
}

#[test]
fn what_is_inserted_behind_its_equals_stays_behind_them() {
    let mut list = SharedList::new();
    for (moment, arrival) in [(5, 'a'), (3, 'b'), (5, 'c'), (3, 'd'), (9, 'e')] {
        list.insert(|(known, _)| *known <= moment, (moment, arrival));
    }
    let order: String = list.iter().map(|(_, arrival)| *arrival).collect();
    assert_eq!(order, "bdace");
    assert_eq!(list.pop_first(), Some((3, 'b')));
}

proptest! {
    #[test]
    fn a_map_is_a_map(steps in proptest::collection::vec((0u8..120, any::<bool>(), any::<u8>()), 0..400)) {
        let (mut map, mut model) = (SharedMap::new(), BTreeMap::new());
        for (key, put, value) in steps {
            if put {
                map.insert(key, value);
                model.insert(key, value);
            } else {
                prop_assert_eq!(map.remove(&key), model.remove(&key));
            }
            prop_assert_eq!(map.len(), model.len());
            prop_assert_eq!(map.get(&key), model.get(&key));
        }
        prop_assert!(map.iter().eq(model.iter()));
        prop_assert!(map.keys().rev().eq(model.keys().rev()));
    }
}
