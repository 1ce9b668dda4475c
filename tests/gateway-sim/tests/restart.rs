//! What a restart keeps.
use std::os::unix::fs::PermissionsExt as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::simulator::{Folder, Simulator, command, text};

#[tokio::test]
async fn the_gateway_and_the_phones_outlive_a_restart() {
    let simulator = Simulator::start(&["--gateway=*MYFORUM"]).await;
    let carol = json!({ "id": "CAROL003", "name": "Carol", "email": "carol@example.com" });
    let (status, carol) = simulator.control(Method::POST, "/phones", carol).await;
    assert_eq!(status, 201);
    let (status, _) = simulator
        .control(Method::DELETE, "/phones/BOBBOB02", Value::Null)
        .await;
    assert_eq!(status, 204);
    let before = simulator.show("").await;
    assert_eq!(text(&before["gateway"]["id"]), "*MYFORUM");
    assert_eq!(text(&before["gateway"]["secret"]).len(), 16);

    let folder = simulator.stop();
    let mode = folder.state().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let simulator = Simulator::start_in(folder, &["--phone=CAROL003=Another"]).await;
    let after = simulator.show("").await;
    assert_eq!(after["gateway"], before["gateway"]);
    assert_eq!(after["phones"], before["phones"]);
    let kept = simulator.show("/phones/CAROL003").await;
    assert_eq!(kept["private_key"], carol["private_key"]);
}

#[tokio::test]
async fn a_state_file_of_another_gateway_or_of_no_use_is_refused() {
    let folder = Simulator::start(&["--gateway=*MYFORUM"]).await.stop();
    let ended = command(&folder, &["--gateway=*TESTTST"])
        .output()
        .await
        .unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("(other_gateway)"), "{said}");

    let folder = Folder::new();
    std::fs::write(folder.state(), "{}").unwrap();
    let ended = command(&folder, &[]).output().await.unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("(state_shape)"), "{said}");
}

#[tokio::test]
async fn a_phone_can_get_a_new_key_and_an_id_is_given_once() {
    let simulator = Simulator::start(&[]).await;
    let key = "94af3260fa2a19adc8e82e82be598be15bc6ad6f47c8ee303cb185ef860e16d2";
    let (status, alice) = simulator
        .control(
            Method::PUT,
            "/phones/ALICE001",
            json!({ "private_key": key }),
        )
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        text(&alice["public_key"]),
        "3851ad59c96146a05b32e41c0ccd0fd639dc8cd66bf6e1cbd3c8d67e4e8f5531"
    );
    let qr = simulator.show("/phones/ALICE001/qr").await;
    assert_eq!(
        text(&qr),
        format!("3mid:ALICE001,{}", text(&alice["public_key"]))
    );
    for id in ["ALICE001", "*TESTTST"] {
        let (status, problem) = simulator
            .control(Method::POST, "/phones", json!({ "id": id }))
            .await;
        assert_eq!((status, text(&problem["error"])), (409, "phone_exists"));
    }
}
