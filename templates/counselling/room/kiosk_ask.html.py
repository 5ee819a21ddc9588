BBBBBBB BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB

BBBBB BBBBB gettext(u'Please ask at the counter') BBBBBBBB

BBBBB BBBB
  XXXX gettext(u'Please ask at the counter') XXXXX
  XX XXXXXXXXXXXXXXXXXXX gettext(u'Something about your appointment has changed. A colleague will help you at once.') XXXX
  XX XXXXXXXXXXXXXXXXXXXXXX XXXXXXXXXX XXXXXXXXXX XXXXXXXX gettext(u'Done') XXXXXXXX
BBBBBBBB BBBB
