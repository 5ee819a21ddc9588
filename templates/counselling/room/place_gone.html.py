BBBBBBB BBBBBBBBBBB

BBBBB BBBBB gettext(u'This link no longer works') BBBBBBBB

BBBBB BBBBBBXXXXX XXXXXXXXXXXXX XXXXXXXXXXXXXXXXXXBBBBBBBB

BBBBB BBBBBBBBBBBBBBBBB

BBBBB BBBB
  XXXX XXXXXXXXXXX XXXXXXXXXX XXXXXX
    XXXX gettext(u'This link no longer works') XXXXX
    XX XXXXXXXXXXXXX gettext(u'It may be incomplete, or of another day. In the room, the number on your ticket counts: watch the screen, or ask at the counter.') XXXX
  XXXXXX
BBBBBBBB BBBB
