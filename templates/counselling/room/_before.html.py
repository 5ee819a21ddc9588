BB BBBBBBBBBBBBBBB ngettext(u'%(count)s person is before you.', u'%(count)s people are before you.', count) 
  SSSSSSSSS SSSSSS SS SSSSSS SSSS

  PPPPPPPPP PPPPPP PPP PPPPPP PPPP
BBBB gettext(u'You are next.') BBBBB
