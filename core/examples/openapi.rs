//! Prints the API's description; `cargo xtask openapi` writes it to its place.

fn main() {
    println!("{:#}", threegate_core::wire::openapi::document());
}
