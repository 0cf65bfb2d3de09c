//! Integration tests over the public surface.

mod catalogue;
mod laws;
mod walls;
