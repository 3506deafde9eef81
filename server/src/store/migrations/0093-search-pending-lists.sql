-- Every search reads the entries that an index has not sorted in yet. Without vacuum, the default keeps up to 4 MB of them.
alter index session_search_words_index set (gin_pending_list_limit = 1024);
alter index session_search_lexemes_index set (gin_pending_list_limit = 256);
