//! What must hold of every decoder, whatever a service sends.
//!
//! Answers are made from the models' own keys, with values of the right kind, of another kind, and
//! of no kind that anything is modelled as. `DECODE_SEED=<seed>` repeats one round.

use std::env;
use std::fmt::Write as _;

use fastrand::Rng;
use serde_json::{Map, Number, Value};

use super::{EnvelopeFault, Mark, Rows, rows};
use crate::endpoint::Shape;
use crate::field::{Kind, Schema};
use crate::model::Model as _;
use crate::resource::Resource;
use crate::resources;
use crate::resources::for_each_resource;
use crate::snapshot::read;

const ROUNDS: u64 = 40;

/// Any value, nested at most so deep.
fn junk(dice: &mut Rng, depth: u32) -> Value {
    let texts =
        ["", "true", "-1", "2024-02-30T25:61:00Z", "\u{202e}\u{0}\u{1f4a9}", "$unparseable", "_id"];
    match dice.u32(0..if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => Value::Bool(dice.bool()),
        2 => Value::from(dice.i64(..)),
        3 => Value::from(dice.u64(..)),
        4 => Number::from_f64(f64::from_bits(dice.u64(..))).map_or(Value::Null, Value::Number),
        5 => Value::from(texts[dice.usize(0..texts.len())]),
        6 => Value::from("x".repeat(dice.usize(0..3_000))),
        7 => (0..dice.u32(0..4)).map(|_| junk(dice, depth - 1)).collect(),
        _ => {
            let entry = |dice: &mut Rng| {
                (texts[dice.usize(0..texts.len())].to_owned(), junk(dice, depth - 1))
            };
            Value::Object((0..dice.u32(0..4)).map(|_| entry(dice)).collect())
        }
    }
}

/// A value for a field, as often of its kind as not.
fn value(dice: &mut Rng, kind: &Kind) -> Value {
    match kind {
        Kind::Bool if dice.bool() => Value::Bool(dice.bool()),
        Kind::Integer if dice.bool() => Value::from(dice.u32(..)),
        Kind::Text | Kind::Id if dice.bool() => {
            Value::from(format!("{:024x}", dice.u128(..) >> 32))
        }
        Kind::Object(schema) if dice.bool() => record(dice, schema),
        Kind::Objects(schema) if dice.bool() => {
            (0..dice.u32(0..3)).map(|_| record(dice, schema)).collect()
        }
        _ => junk(dice, 3),
    }
}

/// An object with some of the keys of a model, and some of none.
fn record(dice: &mut Rng, schema: &Schema) -> Value {
    let mut object = Map::new();
    for field in schema.fields {
        let is_id = field.keys.iter().any(|key| matches!(*key, "id" | "_id"));
        if is_id || dice.u32(0..3) == 0 {
            let key = field.keys[dice.usize(0..field.keys.len())];
            object.insert(key.to_owned(), value(dice, &field.kind));
        }
    }
    object.insert("unknown".to_owned(), junk(dice, 2));
    Value::Object(object)
}

/// The answer that carries these rows in the endpoint's own shape.
fn body(shape: Shape, list: &[Value]) -> String {
    match shape {
        Shape::Wrapped(keys) => {
            let rows = Value::from(list.to_vec());
            format!(r#"{{"totalCount":{},"{}":{rows}}}"#, list.len(), keys[0])
        }
        Shape::Object => list[0].to_string(),
        _ => Value::from(list.to_vec()).to_string(),
    }
}

/// The laws that the decoder of a resource broke in one round.
fn broken<R: Resource>(seed: u64, broken: &mut String) {
    let endpoint = R::ENDPOINT;
    let mut dice = Rng::with_seed(seed);
    let dice = &mut dice;
    let mut law = |holds: bool, text: &str| {
        if !holds {
            writeln!(broken, "seed {seed}, {}: {text}", endpoint.input()).unwrap();
        }
    };
    let mut list: Vec<Value> = (0..3).map(|_| record(dice, R::Record::SCHEMA)).collect();
    if endpoint.shape() != Shape::Object {
        list.push(Value::Null);
        list.push(junk(dice, 2));
    }
    let text = body(endpoint.shape(), &list);
    let sent = if endpoint.shape() == Shape::Object { 1 } else { list.len() };
    match rows::<R>(text.as_bytes(), 0, None) {
        Err(fault) => law(false, &format!("a whole answer is {fault:?}")),
        Ok(Rows { marks, values, .. }) => {
            law(marks.len() == sent, "every row has its mark");
            let values = values.downcast::<Vec<Option<R::Record>>>().unwrap();
            law(values.len() == sent, "and its place");
            for ((mark, value), row) in marks.iter().zip(&*values).zip(&list) {
                let read_whole = matches!(mark, Mark::Read { .. });
                law(read_whole == value.is_some(), "a row that is read has a record, no other has");
                law(matches!(mark, Mark::Null) == row.is_null(), "null, and null alone, is no row");
                if let Some(value) = value {
                    let saved = serde_json::to_string(value).unwrap();
                    let again = read::<R>(&saved);
                    let same = again.as_ref() == Ok(value);
                    law(same, "what is saved is read again");
                    if !same && env::var_os("DECODE_SEED").is_some() {
                        println!(
                            "{saved}\n{:?}",
                            again.map(|v| serde_json::to_string(&v).unwrap())
                        );
                    }
                }
            }
        }
    }
    // A text of whole bytes: a cut may fall between any two.
    let bytes = text.as_bytes();
    let cut = rows::<R>(&bytes[..dice.usize(0..bytes.len())], 0, None).map(|_| ());
    law(cut == Err(EnvelopeFault::Syntax), "an answer that is cut short is no answer");
    let mut bent = bytes.to_vec();
    for _ in 0..=dice.usize(0..3) {
        let at = dice.usize(0..bent.len());
        bent[at] = dice.u8(..);
    }
    if let Ok(found) = rows::<R>(&bent, 0, None) {
        law(found.marks.len() <= bent.len(), "bent bytes are survived");
    }
}

macro_rules! all {
    (
        lists { $($list:ident : [$($list_ty:tt)+] = $list_code:literal,)* }
        scoped { $($scoped:ident : [$($scoped_ty:tt)+] = $scoped_code:literal,)* }
    ) => {
        /// The decoder of every resource there is.
        const ALL: &[fn(u64, &mut String)] = &[
            $(broken::<resources::$($list_ty)+>,)*
            $(broken::<resources::$($scoped_ty)+>,)*
        ];
    };
}

for_each_resource!(all);

#[test]
fn every_decoder_survives_every_answer() {
    let seed = env::var("DECODE_SEED").ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = seed.map_or(0..ROUNDS, |seed| seed..seed + 1);
    let mut wrong = String::new();
    for seed in seeds {
        for laws in ALL {
            laws(seed, &mut wrong);
        }
    }
    assert!(ALL.len() > 190, "{} decoders", ALL.len());
    assert!(wrong.is_empty(), "{wrong}");
}
