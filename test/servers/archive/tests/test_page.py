from page import headline, render


def test_a_page_has_its_title():
    assert "<h1>Bells</h1>" in render("Bells", "They rang.", [])


def test_markup_is_text():
    assert "<i>" not in render("<i>", "<i>", [("<i>", "<i>")])


def test_comments_are_counted():
    assert headline(0) == "0 comments"
    assert headline(1) == "1 comment"
